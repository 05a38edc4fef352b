from ppul.export.archive import ExportArchive as ExportArchive
from ppul.export.stablehlo import load as load
