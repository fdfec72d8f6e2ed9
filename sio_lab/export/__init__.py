"""What happened, written in forms that live without the lab: text only, nothing here serves or connects."""
