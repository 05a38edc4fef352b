"""The documents' programs translated to Keras 3.15 by hand; to be started as files."""
