"""Learning: data sets, training, evaluation, and how both are told in plain lines."""
