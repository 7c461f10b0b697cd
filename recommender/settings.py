"""One frozen settings object for the recommender, read from the environment at start; wrong values fail loudly there."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every field is documented in docs/configuration.md (a test holds them together)."""

    model_config = SettingsConfigDict(env_prefix="SHELFCAST_", frozen=True, extra="ignore")

    data_dir: Path = Field(Path("shelfcast-data"), description="Where databases, artifacts, media and logs are kept")
    history_url: str = Field(
        "", description="Database URL of the purchase history; empty = SQLite in the data directory"
    )
    redis_url: str = Field("", validation_alias="REDIS_URL", description="Redis or Valkey; empty = the embedded server")
    recommender_host: str = Field("127.0.0.1", description="Address that `recommender serve` binds")
    recommender_port: int = Field(8010, ge=0, le=65535, description="Port that `recommender serve` binds")
    recommender_key: str = Field("", description="Shared bearer key between signage and a recommender of its own")
    recommender_url: str = Field(
        "", validation_alias="RECOMMENDER_URL", description="Use the doors over HTTP at this URL"
    )
    member_holdout_percent: int = Field(
        0, ge=0, le=50, description="Members whose picks no screen shows, to see what picks on screens change"
    )
    history_zone: str = Field("UTC", description="IANA zone for stores that are not listed with one")

    identity_limits: str = Field(
        "retailer=1,*=10", description="How many identifiers of each namespace one profile may hold, `*` for the others"
    )

    @property
    def database(self) -> str:
        return self.history_url or f"sqlite:///{(self.data_dir / 'history.db').resolve()}"

    @property
    def artifacts(self) -> Path:
        return self.data_dir / "artifacts"
