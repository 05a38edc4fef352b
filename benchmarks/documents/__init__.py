"""The five documents, run as they stand: their figures, and their time beside Keras's."""
