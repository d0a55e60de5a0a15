"""Hold a bridge under load."""

import sys

from tests.slow.soak.soak import main

sys.exit(main())
