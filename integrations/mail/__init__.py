"""The provider that carries the server's mail: what it tells of mails, and answers to them."""
