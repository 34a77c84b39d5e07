"""Words, curl commands, HAR files, transcripts and times -> `Report`, free of secrets."""

from bot.intake.interface import Attachment, Verify
from bot.intake.reader import read

__all__ = ["Attachment", "Verify", "read"]
