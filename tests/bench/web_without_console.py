"""The web process as `app.web` starts it, less the mounted console."""

from app.web import main

if __name__ == "__main__":
    main(console=False)
