"""Places, as they are written."""


def place_name(*, city: str, region: str, postcode: str, country: str) -> str:
    """Write a place as its people do: `ORLANDO, FL, 32809, US`, `東京都江東区`."""
    if country.upper() in ("JP", "JAPAN", "日本") and not city.isascii():
        return f"{region}{city}"
    return ", ".join(part for part in (city, region, postcode, country) if part)
