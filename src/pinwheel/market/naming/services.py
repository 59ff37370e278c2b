"""Display names of assets: an operator's, or the plan room's own."""

from pinwheel.market.naming.models import AssetName
from pinwheel.market.refusals import Refused
from pinwheel.plan.words import ASSET_NAMES
from pinwheel.rules.assets import ASSETS


def asset_names(language: str) -> dict[str, str]:
    """Asset in code: its name for people, in Chinese (`zh…`) or English."""
    is_chinese = language.startswith("zh")
    names = {asset: phrase.zh if is_chinese else phrase.en for asset, phrase in ASSET_NAMES.items()}
    for given in AssetName.objects.all():
        names[ASSETS[given.asset]] = given.zh if is_chinese else given.en
    return names


def rename_asset(asset: str, zh: str, en: str) -> None:
    """Give an asset its display names; both empty: back to its own. Raises: Refused invalid."""
    chinese, english = " ".join(zh.split()), " ".join(en.split())
    if asset not in ASSETS:
        raise Refused("not_found")
    is_reset = not chinese and not english
    if is_reset:
        chinese, english = ASSET_NAMES[asset]
    for language in ("zh", "en"):
        others = {name for code, name in asset_names(language).items() if code != asset}
        if (chinese if language == "zh" else english) in others:
            raise Refused("invalid", {"what": ("这个名称已用于另一种资产。", "Another asset has this name.")})
    if not (0 < len(chinese) <= 20 and 0 < len(english) <= 40):
        what = (
            "请填写中文名（最多 20 字）和英文名（最多 40 字符）。",
            "Give a Chinese name (20) and an English one (40).",
        )
        raise Refused("invalid", {"what": what})
    if is_reset:
        AssetName.objects.filter(pk=ASSETS.index(asset)).delete()
        return
    AssetName.objects.update_or_create(asset=ASSETS.index(asset), defaults={"zh": chinese, "en": english})
