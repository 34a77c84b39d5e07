"""`python -m bot` is the `locksmith` command."""

import sys

from bot.cli import main

sys.exit(main())
