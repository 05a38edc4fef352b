"""The command line: `ppul train`, `ppul predict`, `ppul info`."""
