"""Strategies that make texts of all kinds of characters, for property tests."""

from hypothesis import strategies as st

CHARACTERS = st.sampled_from(
    "aZ09 .\n-_'@[`{/:éÉßıİſΣσςжЖЁ漢字かがガﾊｶﾞไทยກကខ한국ÅÅ\u00ad\u200b\u0301\u0308\u3099\u3000\u00a0’“—😀"
    "\U00020000\U0002f800ﬁＡ１\U00010400𝒜\u0e33\ufe0f\U0001f1e6\U0003fffd\U00040000\0\x10\x7f"
)
WORDS = st.one_of(
    st.text(CHARACTERS, max_size=12), st.text(max_size=8), st.integers(1, 40).map(lambda n: "abcdefghij0123456789" * n)
)
TEXTS = st.lists(
    st.tuples(st.sampled_from(["", " ", "  \n"]), st.lists(WORDS, max_size=9)).map(lambda t: t[0].join(t[1])),
    max_size=6,
)
