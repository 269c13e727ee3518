"""What is done to a certificate: issue, render, try again; later supersede, revoke, expire, withdraw."""
