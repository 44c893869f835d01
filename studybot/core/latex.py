"""LaTeX's names and the Unicode that stands for them, as tables."""

_GREEK_NAMES = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi
omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon vartheta varpi varrho varsigma varphi
"""
_FUNCTION_NAMES = """
arccos arcsin arctan arg cos cosh cot det diag dim exp gcd hom inf ker lg lim liminf limsup ln log max min mod Pr sec
sin sinh sup tan tanh tr softmax sigmoid relu argmax argmin
"""
_WITHOUT_MEANING = """
limits nolimits displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag middle big Big bigg Bigg bigl bigr
Bigl Bigr biggl biggr Biggl Biggr bigm Bigm hline centering bf it rm sf tt end
"""
_UPRIGHT = """
text textbf textit texttt textrm textsf mbox mathrm mathit mathsf mathtt mathbf boldsymbol bm operatorname mathop
mathbin mathrel mathord boxed underbrace overbrace tag
"""

GREEK = dict(zip(_GREEK_NAMES.split(), "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩεϑϖϱςφ", strict=True))

RELATIONS = {
    "=": "=", "<": "<", ">": ">", "colon": ":", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥",
    "geqslant": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "equiv": "≡",
    "propto": "∝", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂",
    "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←",
    "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "implies": "⇒", "iff": "⇔",
    "longrightarrow": "⟶", "longleftarrow": "⟵", "mapsto": "↦", "longmapsto": "⟼", "uparrow": "↑", "downarrow": "↓",
    "hookrightarrow": "↪", "leadsto": "⇝", "perp": "⊥", "parallel": "∥", "mid": "|", "models": "⊨", "vdash": "⊢",
    "coloneqq": "≔", "triangleq": "≜", "doteq": "≐", "prec": "≺", "succ": "≻", "asymp": "≍",
}  # fmt: skip

BINARY = {
    "+": "+", "minus": "−", "asterisk": "∗", "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗",
    "star": "⋆", "circ": "∘", "bullet": "•", "odot": "⊙", "oplus": "⊕", "otimes": "⊗", "ominus": "⊖", "cup": "∪",
    "cap": "∩", "setminus": "∖", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "bmod": "mod", "uplus": "⊎",
}  # fmt: skip

ORDINARY = {
    **GREEK,
    "sum": "∑", "prod": "∏", "coprod": "∐", "int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮", "bigcup": "⋃",
    "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂", "partial": "∂", "nabla": "∇", "infty": "∞", "forall": "∀",
    "exists": "∃", "nexists": "∄", "neg": "¬", "lnot": "¬", "emptyset": "∅", "varnothing": "∅", "ell": "ℓ",
    "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "prime": "′", "ldots": "…", "dots": "…", "cdots": "⋯",
    "vdots": "⋮", "ddots": "⋱", "dotsc": "…", "dotsb": "⋯", "top": "⊤", "bot": "⊥", "intercal": "ᵀ", "angle": "∠",
    "degree": "°", "dagger": "†", "ddagger": "‡", "checkmark": "✓", "square": "□", "blacksquare": "■", "lVert": "‖",
    "rVert": "‖", "Vert": "‖", "|": "‖", "lvert": "|", "rvert": "|", "vert": "|", "backslash": "\\", "imath": "ı",
    "jmath": "ȷ", "therefore": "∴", "because": "∵", "$": "$", "%": "%", "#": "#", "&": "&", "_": "_",
}  # fmt: skip

FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
"""Unknown commands are set as these are, by their names."""

SPACES = {
    ",": " ", ";": " ", ":": " ", ">": " ", " ": " ", "quad": "  ", "qquad": "  ", "enspace": " ", "thinspace": " ",
    "!": "", "/": "", "-": "", "\n": " ",
}  # fmt: skip

DROPPED = frozenset(_WITHOUT_MEANING.split())
WITH_DROPPED_ARGUMENT = frozenset(
    ["label", "color", "textcolor", "phantom", "hphantom", "vphantom", "hspace", "vspace"]
)

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
    "overline": "\u0304", "vec": "\u20d7", "overrightarrow": "\u20d7", "dot": "\u0307", "ddot": "\u0308",
    "check": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
    "underline": "\u0332", "underbar": "\u0332",
}  # fmt: skip

PLAIN_ALPHABETS = frozenset(_UPRIGHT.split())


def _letters(of: str, become: str) -> dict[str, str]:
    return dict(zip(of, become, strict=True))


_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DOUBLE = _letters(_UPPER + "1", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝟙")
_SCRIPT = _letters(_UPPER, "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵")
ALPHABETS = {"mathbb": _DOUBLE, "Bbb": _DOUBLE, "mathcal": _SCRIPT, "mathscr": _SCRIPT, "mathfrak": {}}

NEGATED = {
    "=": "≠", "<": "≮", ">": "≯", "≤": "≰", "≥": "≱", "∈": "∉", "∋": "∌", "⊂": "⊄", "⊆": "⊈", "≡": "≢", "≈": "≉",
    "∼": "≁", "|": "∤", "∥": "∦", "∃": "∄",
}  # fmt: skip

SUPERSCRIPTS = _letters(
    "0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW⊤βγδθφχ′",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀᵝᵞᵟᶿᵠᵡ′",
)
SUBSCRIPTS = _letters("0123456789+−-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ")
