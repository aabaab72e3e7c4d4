"""Opens what people send, in a child process without Django: what cannot be opened is not kept."""
