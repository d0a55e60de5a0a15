"""Whether the tests may take their time, as they do where CI is true in the environment."""

import os

IS_CI = os.environ.get("CI") == "true"
