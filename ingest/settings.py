"""Settings of every Prosa process; nothing else reads the environment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOT = Path(__file__).parents[1]
_BESIDE = _ROOT if (_ROOT / "pyproject.toml").exists() else Path()
"""The project's folder, whatever folder a command is given in; the present one where Prosa is an installed package."""


class Settings(BaseSettings):
    """All settings, each from `PROSA_…` or its default. `docs/settings.md` is generated from here."""

    model_config = SettingsConfigDict(env_prefix="PROSA_", frozen=True, extra="ignore")

    home: Path = Field(
        _BESIDE / "var",
        description="Folder of everything that is stored; `var` in the project's folder where nothing is given.",
    )
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL of the journal and live tables; default: SQLite in the home folder."
    )
    host: str = Field("127.0.0.1", description="Address that the one port listens on.")
    port: int = Field(8800, ge=0, le=65535, description="The one port: API, webhooks and console.")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+)?$",
        description="Where providers and visitors reach us, without path: https://chat.shop.example.",
    )
    body_limit: int = Field(
        4 * 1024 * 1024, ge=1024, description="Largest webhook body in bytes (WhatsApp sends up to 3 MB)."
    )
    header_limit: int = Field(32 * 1024, ge=4096, description="Largest total of request headers in bytes.")
    upload_limit: int = Field(
        100 * 1024 * 1024, description="Largest uploaded file in bytes (WhatsApp documents: 100 MB)."
    )
    session_lifetime: timedelta = Field(timedelta(days=14), description="How long a sign-in lasts without use.")
    is_secure: bool = Field(False, description="Set cookies as Secure; true wherever the console is served over TLS.")
    trusted_proxies: str = Field(
        "127.0.0.1,::1",
        description="Proxies whose X-Forwarded-For and -Proto are believed: addresses or networks, by commas.",
    )
    undo_delay: timedelta = Field(
        timedelta(0), description="How long a reply waits in the outbox so that it can be taken back."
    )
    smtp_port: int | None = Field(None, description="Port on which mail is taken by SMTP; none where nothing is given.")
    landing_interval: timedelta = Field(timedelta(seconds=20), description="How often new events land in the lake.")
    pipelines_interval: timedelta = Field(timedelta(seconds=30), description="How often marts are brought up to date.")
    history_days: int = Field(
        30,
        ge=0,
        description="How many days back the lake can be asked as of: one state an hour for a day, then one a day.",
    )
    log_format: str = Field(
        "pretty", pattern="^(pretty|json)$", description="`pretty` for a terminal, `json` for a collector."
    )

    @property
    def database(self) -> str:
        """Return the SQLAlchemy URL in force."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home.absolute() / 'prosa.db'}"

    @property
    def lake_catalog(self) -> Path:
        """Return the DuckLake catalog's file."""
        return self.home.absolute() / "lake.sqlite"

    @property
    def lake_files(self) -> Path:
        """Return the folder of the lake's Parquet files."""
        return self.home.absolute() / "lake"

    @property
    def media(self) -> Path:
        """Return the folder of content-addressed media files."""
        return self.home.absolute() / "media"

    @property
    def dagster_home(self) -> Path:
        """Return the folder of Dagster's own storage."""
        return self.home.absolute() / "dagster"
