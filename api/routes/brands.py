"""``GET /brands``."""

from fastapi import APIRouter
from sqlmodel import Session

from api import examples
from api.dependencies import SessionDep
from api.shapes import BrandOut
from models.reads.brands import all_brands, mention_counts

router = APIRouter(tags=["brands"])


def brands_of(session: Session) -> list[BrandOut]:
    """Every brand with the number of its posts, its own ones included."""
    counts = mention_counts(session)
    return [
        BrandOut(
            slug=brand.slug,
            name=brand.name,
            timezone=brand.timezone,
            rivals=brand.rivals,
            post_count=counts.get(brand.id or 0, 0),
        )
        for brand in all_brands(session)
    ]


@router.get(
    "/brands",
    summary="The brands that are listened for",
    description="By slug, each with the number of its posts, those of its own accounts included.",
    response_model=list[BrandOut],
    responses={200: examples.answer(examples.BRANDS, "The brands.")},
)
def list_brands(session: SessionDep) -> list[BrandOut]:
    """Every brand."""
    return brands_of(session)
