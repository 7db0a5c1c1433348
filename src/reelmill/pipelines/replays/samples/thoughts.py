"""What simulated players think, in the manners and scripts that real ones write in. Pure."""

# ruff: noqa: RUF001 - letters of other scripts are what these texts are for

from dataclasses import dataclass
from random import Random

from reelmill.pipelines.replays.game import Cell, Direction, State

#: Characters of the unbroken word that one voice writes. Source: the longest real one has 344,024.
LONG_WORD = 20_000


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A player and the manner in which it writes."""

    name: str
    """As models are named."""

    lines: tuple[str, ...]
    """Thoughts with places for facts: `{head}`, `{apple}`, `{steps}`, `{move}`, `{score}`,
    `{rival}`, `{length}`."""

    usd_per_token: float
    """Price of a token written; 0 for a free model."""


def think(voice: Voice, state: State, sid: str, direction: Direction, chance: Random) -> str:
    """One thought about a board, ending in the move that was chosen."""
    head = state.snakes[sid][0]
    apple = min(state.apples, key=lambda cell: _steps(head, cell), default=head)
    rivals = [body[0] for other, body in state.snakes.items() if other != sid]
    facts = {
        "head": _pair(head),
        "apple": _pair(apple),
        "steps": _steps(head, apple),
        "move": direction.value,
        "score": state.scores[sid],
        "rival": _pair(rivals[0]) if rivals else "-",
        "length": len(state.snakes[sid]),
    }
    return chance.choice(voice.lines).format(**facts)


def _steps(one: Cell, other: Cell) -> int:
    return abs(one.x - other.x) + abs(one.y - other.y)


def _pair(cell: Cell) -> str:
    return f"({cell.x}, {cell.y})"


PLANNER = Voice(
    name="openai/gpt-oss-120b",
    usd_per_token=2.5e-7,
    lines=(
        (
            "**Current position:** {head}\n**Nearest apple:** {apple}, {steps} steps away\n\n"
            "1. Moving {move} keeps the distance short.\n2. The rival at {rival} cannot reach "
            "that cell first.\n3. No wall and no body is in the way.\n\n**Move: {move}**"
        ),
        (
            "## Plan\n- I have {score} apples, a body of {length}.\n- The apple at {apple} is "
            "the closest one.\n- `snake_case` paths such as `next_apple_path` stay open.\n\n{move}"
        ),
        (
            "| option | steps to {apple} | safe |\n|---|---|---|\n| {move} | {steps} | yes |\n\n"
            "Therefore {move}."
        ),
        (
            "Two turns ahead the corridor along my own tail closes, so the order matters: first "
            "{move}, then the apple at {apple}, then out again before the rival at {rival} comes "
            "round. With {length} cells I still have room on this side.\n\n{move}"
        ),
    ),
)

TERSE = Voice(
    name="x-ai/grok-4.1-fast",
    usd_per_token=5e-7,
    lines=(
        "{move}",
        "Apple {apple}, {steps} away. {move}.",
        "{move}: safe, nearest apple {apple}.",
    ),
)

THINKER = Voice(
    name="DeepSeek: DeepSeek R1 0528 Qwen3 8B (free)",
    usd_per_token=0.0,
    lines=(
        (
            "<think>\nMy head is at {head}. The apple is at {apple}. I need {steps} steps. Wait, "
            "the other snake is at {rival}. Hmm, is it closer? Count again ... no, I am first."
            "\n</think>\n\n\\boxed{{{move}}}"
        ),
        "The distance is $|x_a - x_h| + |y_a - y_h| = {steps}$; $\\boxed{{\\text{{{move}}}}}$.",
        "<|begin_of_box|>{move}<|end_of_box|>",
    ),
)

CHINESE = Voice(
    name="qwen/qwen3-next-80b-a3b-thinking",
    usd_per_token=3e-7,
    lines=(
        (
            "我的头在 {head}，最近的苹果在 {apple}，距离 {steps} 步。对手在 {rival}，暂时没有威胁。"
            "因此我选择 {move}。"
        ),
        "当前得分：{score}。向 {move} 移动是安全的，不会撞墙，也不会撞到自己的身体。",
        "頭は {head} にあります。りんご {apple} まで {steps} 歩です。{move} に進みます。",
    ),
)

CHEERFUL = Voice(
    name="cognitivecomputations/dolphin-mistral-24b-venice-edition:free",
    usd_per_token=0.0,
    lines=(
        "🍎 at {apple}! Only {steps} steps 🐍💨 → {move} ✅",
        "⚠️ Rival at {rival} 👀 ... I stay calm 😌 and go {move} 🎯",
        "Score {score} 🏆🔥 Let's go {move}! 👩‍🚀🇪🇺",
    ),
)

ARABIC = Voice(
    name="aya/aya-expanse-32b",
    usd_per_token=2e-7,
    lines=(
        "رأسي عند {head} والتفاحة عند {apple}، المسافة {steps} خطوات. سأتحرك {move}.",
        "הראש שלי ב-{head} והתפוח ב-{apple}. אני זז {move}.",
        "النتيجة {score}. الطريق آمن، لذلك {move}.",
    ),
)

RUSSIAN = Voice(
    name="yandex/YandexGPT-5-Lite",
    usd_per_token=1e-7,
    lines=(
        "Моя голова в {head}. Ближайшее яблоко — {apple}, до него {steps} шагов. Иду {move}.",
        "Соперник у {rival}; держусь подальше от его головы. {move}.",
        "Η κεφαλή μου είναι στο {head}. Πηγαίνω {move}.",
    ),
)

CARELESS = Voice(
    name="Meta-Llama-3-70B-Instruct-Turbo",
    usd_per_token=9e-7,
    lines=(
        "",
        "Error: provider returned 429 Too Many Requests\n\nThis is a random move: {move}",
        "tool: look(x, y)\tboard\t{head}\nNo direction found.\n\nThis is a random move: {move}",
        "I was told \x07to be careful\x0b at {head}.\x00 {move}",
        "a" * LONG_WORD + " {move}",
        "```python\nif apple == {apple}:\n    move = '{move}'\n```",
        "I think I should go {move}, because the apple at {apple} looks tasty.",
    ),
)
