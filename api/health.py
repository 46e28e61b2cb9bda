"""Whether the server lives and can answer."""

from fastapi import APIRouter

from api.serving import Now

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(_: Now) -> dict[str, str]:
    """Index and model can be used."""
    return {"status": "ok"}
