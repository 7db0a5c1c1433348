"""Who makes pictures and videos: this machine, or somebody who is paid for it."""
