"""Opens the database of the settings and writes the brands declared there into it."""

from sqlalchemy import Engine

from listener.settings import BrandSettings, Settings
from models.database import open_database, session_of
from models.store.brands import BrandData, save_brand
from models.store.retention import keep_for
from models.store.turns import BRANDS, take_turn


def open_store(settings: Settings) -> Engine:
    """Open the database, migrate it, and bring the declared brands up to date. Raises StoreError."""
    engine = open_database(settings.database)
    with session_of(engine) as session:
        if engine.dialect.name == "postgresql":  # many workers start at once; on SQLite a mere reader would wait too
            take_turn(session, BRANDS)
        for brand in settings.brand:
            save_brand(session, brand_data(brand))
        days = {brand.slug: brand.keep_days or settings.keep_days for brand in settings.brand}
        keep_for(session, days, settings.keep_days)
    return engine


def brand_data(brand: BrandSettings) -> BrandData:
    """A brand of the settings as the store takes it."""
    promised = brand.promised_first_response
    return BrandData(
        slug=brand.slug,
        name=brand.name,
        timezone=brand.timezone,
        business_hours=brand.business_hours,
        holidays=brand.holidays,
        promised_first_response_seconds=int(promised.total_seconds()) if promised else None,
        rivals=tuple(brand.rivals),
        owned={source: tuple(accounts) for source, accounts in brand.owned.items()},
        queries={query.name: query.expression for query in brand.query},
    )
