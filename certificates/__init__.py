"""What was earned: design, issue, render, sign, credential, verify, revoke."""
