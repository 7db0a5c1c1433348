r"""A thought as a model wrote it -> plain text with its lines. Pure.

Marks of Markdown, LaTeX and chat templates go; what people wrote stays, `snake_case` included.

>>> tidy("## Plan\n* go **UP**, use `max_len`\n<|begin_of_box|>\\boxed{UP}<|end_of_box|>")
'Plan\n• go UP, use max_len\nUP'
"""

import re

_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+", re.MULTILINE)
_FRONT = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|```.*$|~~~.*$|[-*_=]{3,}[ \t]*$|\|?[ \t:|-]*-{3,}[ \t:|-]*$)",
    re.MULTILINE,
)
_TAG = re.compile(r"<\|[\w ]{1,40}\|>|</?(?:think|thinking|answer|reasoning|br|b|i|p)[ /]*>")
_STRONG = re.compile(r"(\*\*\*|\*\*|~~)(?=\S)(.{1,400}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,200})(?<=[^\s*])\*(?![\w*])")
_UNDERLINED = re.compile(r"(?<!\w)(__?)(?=[^\s_])([^\n]{1,200}?)(?<=[^\s_])\1(?!\w|\.\w|\()")
_CODE = re.compile(r"`{1,3}([^`\n]{0,300})`{1,3}")
_LATEX_WORD = re.compile(
    r"\\(?:boxed|text|textbf|mathbf|mathrm|texttt|operatorname)\{([^{}]{0,200})\}"
)
_LATEX_SIGNS = {
    r"\rightarrow": "→",
    r"\leftarrow": "←",
    r"\to": "→",
    r"\times": "\N{MULTIPLICATION SIGN}",
    r"\le": "≤",
    r"\leq": "≤",
    r"\ge": "≥",
    r"\geq": "≥",
    r"\neq": "≠",
    r"\cdot": "·",
    r"\ldots": "…",
    r"\quad": " ",
}
_LATEX_SIGN = re.compile(
    r"\\(?:rightarrow|leftarrow|to|times|leq?|geq?|neq|cdot|ldots|quad)(?![a-zA-Z])"
)
_MATH = re.compile(r"\$\$?([^$\n]{1,200})\$\$?|\\[()\[\]]")
_MARKED = re.compile(r"[*_`#~\\$<|>+-]|={3}")


def tidy(text: str) -> str:
    """The text without marks that were meant for a typesetter."""
    if not _MARKED.search(text):
        return text
    if "<" in text:
        text = _TAG.sub("", text)
    text = _BULLET.sub("• ", _FRONT.sub("", text))
    if "*" in text or "~~" in text:
        text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", text))
    if "`" in text:
        text = _CODE.sub(r"\1", text)
    if "_" in text:
        text = _UNDERLINED.sub(r"\2", text)
    if "\\" in text or "$" in text:
        text = _without_latex(text)
    return _without_rules(text) if "|" in text else text


def _without_latex(text: str) -> str:
    text = _LATEX_WORD.sub(r"\1", text)
    text = _LATEX_SIGN.sub(lambda found: _LATEX_SIGNS[found.group()], text)
    return _MATH.sub(lambda found: found.group(1) or "", text)


def _without_rules(text: str) -> str:
    """Rows of a table, without the strokes at their ends."""
    return "\n".join(
        line.strip().strip("|").strip() if line.strip().startswith("|") else line
        for line in text.split("\n")
    )
