"""The program of a game -> whose eyes one sees through, and what kind of game it is. Pure."""

from enum import StrEnum
from typing import Final, NamedTuple


class View(StrEnum):
    """Whose eyes one sees through."""

    FIRST = "first_person"
    """Those of the one who is played."""

    THIRD = "third_person"
    """Those of a camera behind the one who is played."""

    EITHER = "either"
    """The player switches, or the game does."""


class Game(NamedTuple):
    """A game that recordings are made of."""

    title: str
    """As its publisher writes it."""

    view: View
    """Whose eyes one sees through."""

    is_shooter: bool
    """Whether one mostly aims and shoots."""


def _rows(view: View, *, is_shooter: bool, games: dict[str, str]) -> dict[str, Game]:
    return {exe: Game(title, view, is_shooter) for exe, title in games.items()}


#: Games by their program, in small letters and without `.exe`. Source: what the games install.
GAMES: Final[dict[str, Game]] = {
    **_rows(
        View.FIRST,
        is_shooter=True,
        games={
            "cs2": "Counter-Strike 2",
            "csgo": "Counter-Strike: Global Offensive",
            "hl2": "Half-Life 2",
            "hl": "Half-Life",
            "bms": "Black Mesa",
            "left4dead2": "Left 4 Dead 2",
            "tf_win64": "Team Fortress 2",
            "valorant-win64-shipping": "VALORANT",
            "r5apex": "Apex Legends",
            "r5apex_dx12": "Apex Legends",
            "titanfall2": "Titanfall 2",
            "overwatch": "Overwatch 2",
            "cod": "Call of Duty",
            "modernwarfare": "Call of Duty: Modern Warfare",
            "blackops3": "Call of Duty: Black Ops III",
            "iw3sp": "Call of Duty 4: Modern Warfare",
            "bf1": "Battlefield 1",
            "bfv": "Battlefield V",
            "bf2042": "Battlefield 2042",
            "bf4": "Battlefield 4",
            "rainbowsix": "Tom Clancy's Rainbow Six Siege",
            "escapefromtarkov": "Escape from Tarkov",
            "huntgame": "Hunt: Showdown 1896",
            "destiny2": "Destiny 2",
            "doometernalx64vk": "DOOM Eternal",
            "doomx64vk": "DOOM",
            "doomx64": "DOOM",
            "gzdoom": "GZDoom",
            "chocolate-doom": "Chocolate Doom",
            "prboom-plus": "PrBoom+",
            "quake_x64_steam": "Quake",
            "quakechampions": "Quake Champions",
            "wolfneworder_x64": "Wolfenstein: The New Order",
            "newcolossus_x64vk": "Wolfenstein II: The New Colossus",
            "bioshockinfinite": "BioShock Infinite",
            "bioshockhd": "BioShock Remastered",
            "borderlands2": "Borderlands 2",
            "borderlands3": "Borderlands 3",
            "farcry5": "Far Cry 5",
            "farcry6": "Far Cry 6",
            "metroexodus": "Metro Exodus",
            "xrengine": "S.T.A.L.K.E.R.: Call of Pripyat",
            "stalker2-win64-shipping": "S.T.A.L.K.E.R. 2: Heart of Chornobyl",
            "mcc-win64-shipping": "Halo: The Master Chief Collection",
            "haloinfinite": "Halo Infinite",
            "insurgencyclient-win64-shipping": "Insurgency: Sandstorm",
            "hll-win64-shipping": "Hell Let Loose",
            "squadgame": "Squad",
            "readyornot-win64-shipping": "Ready or Not",
            "payday2_win32_release": "PAYDAY 2",
            "fsd-win64-shipping": "Deep Rock Galactic",
            "discovery": "THE FINALS",
            "ultrakill": "ULTRAKILL",
            "boltgun-win64-shipping": "Warhammer 40,000: Boltgun",
            "severedsteel-win64-shipping": "Severed Steel",
            "prey": "Prey",
        },
    ),
    **_rows(
        View.FIRST,
        is_shooter=False,
        games={
            "portal2": "Portal 2",
            "cyberpunk2077": "Cyberpunk 2077",
            "rustclient": "Rust",
            "subnautica": "Subnautica",
            "dyinglightgame": "Dying Light",
            "dyinglightgame_x64_rwdi": "Dying Light 2",
            "kingdomcome": "Kingdom Come: Deliverance",
            "phasmophobia": "Phasmophobia",
            "lethal company": "Lethal Company",
            "outlast": "Outlast",
            "dishonored2": "Dishonored 2",
            "mirrorsedgecatalyst": "Mirror's Edge Catalyst",
            "outerwilds": "Outer Wilds",
            "theforest": "The Forest",
            "chivalry2-win64-shipping": "Chivalry 2",
            "firewatch": "Firewatch",
            "re7": "Resident Evil 7",
            "re8": "Resident Evil Village",
        },
    ),
    **_rows(
        View.THIRD,
        is_shooter=True,
        games={
            "fortniteclient-win64-shipping": "Fortnite",
            "helldivers2": "HELLDIVERS 2",
            "warframe.x64": "Warframe",
            "thedivision2": "Tom Clancy's The Division 2",
            "gears5": "Gears 5",
            "maxpayne3": "Max Payne 3",
            "control_dx12": "Control",
            "alanwake2": "Alan Wake 2",
            "re2": "Resident Evil 2",
            "re4": "Resident Evil 4",
            "outriders-win64-shipping": "Outriders",
            "deadspace": "Dead Space",
        },
    ),
    **_rows(
        View.THIRD,
        is_shooter=False,
        games={
            "eldenring": "ELDEN RING",
            "darksoulsiii": "DARK SOULS III",
            "darksoulsremastered": "DARK SOULS: REMASTERED",
            "sekiro": "Sekiro: Shadows Die Twice",
            "witcher3": "The Witcher 3: Wild Hunt",
            "godofwar": "God of War",
            "gowr": "God of War Ragnarok",
            "spider-man": "Marvel's Spider-Man Remastered",
            "horizonzerodawn": "Horizon Zero Dawn",
            "ghostoftsushima": "Ghost of Tsushima",
            "tlou-i": "The Last of Us Part I",
            "hogwartslegacy": "Hogwarts Legacy",
            "monsterhunterworld": "Monster Hunter: World",
            "monsterhunterwilds": "Monster Hunter Wilds",
            "genshinimpact": "Genshin Impact",
            "rocketleague": "Rocket League",
            "acvalhalla": "Assassin's Creed Valhalla",
            "acodyssey": "Assassin's Creed Odyssey",
            "gta-sa": "Grand Theft Auto: San Andreas",
            "sottr": "Shadow of the Tomb Raider",
            "batmanac": "Batman: Arkham City",
            "shadowofmordor": "Middle-earth: Shadow of Mordor",
            "starwarsjedifallenorder": "STAR WARS Jedi: Fallen Order",
            "jedisurvivor": "STAR WARS Jedi: Survivor",
            "b1-win64-shipping": "Black Myth: Wukong",
            "deadbydaylight-win64-shipping": "Dead by Daylight",
            "valheim": "Valheim",
            "hitman3": "HITMAN World of Assassination",
        },
    ),
    **_rows(
        View.EITHER,
        is_shooter=False,
        games={
            "gta5": "Grand Theft Auto V",
            "rdr2": "Red Dead Redemption 2",
            "skyrimse": "The Elder Scrolls V: Skyrim",
            "fallout4": "Fallout 4",
            "falloutnv": "Fallout: New Vegas",
            "starfield": "Starfield",
            "tslgame": "PUBG: BATTLEGROUNDS",
            "dayz_x64": "DayZ",
            "arma3_x64": "Arma 3",
            "shootergame": "ARK: Survival Evolved",
            "no man's sky": "No Man's Sky",
            "minecraft.windows": "Minecraft",
            "palworld-win64-shipping": "Palworld",
            "satisfactory": "Satisfactory",
            "forzahorizon5": "Forza Horizon 5",
            "snowrunner": "SnowRunner",
        },
    ),
}


def game_of(exe: str | None) -> Game | None:
    r"""The game that a program is of; None when nobody knows.

    >>> game_of(r"C:\Games\Counter-Strike\CS2.exe").view.value
    'first_person'
    """
    if not exe:
        return None
    name = exe.strip().replace("\\", "/").rpartition("/")[2].lower()
    return GAMES.get(name.removesuffix(".exe"))
