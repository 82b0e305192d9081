"""Mail in: mailboxes that are read and a door for servers that bring it. Nothing here reads what a mail says."""
