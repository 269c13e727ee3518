"""What is done to a certificate: issue, render; later supersede, revoke, expire, withdraw."""
