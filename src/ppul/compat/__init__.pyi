from ppul.compat.installation import Installation as Installation
from ppul.compat.installation import install as install
