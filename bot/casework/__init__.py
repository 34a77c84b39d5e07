"""What a worker does with a job: investigate, answer in the case's one message, remember. Any step may be repeated."""
