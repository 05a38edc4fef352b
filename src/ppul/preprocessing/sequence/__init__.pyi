from ppul.datasets.arrays import pad_sequences as pad_sequences
