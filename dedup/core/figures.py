"""stub"""
import numpy as np
def join(b,o): return b,o
def by_value(t,seed): return t
def is_figure(tokens):
    digit = (tokens & np.uint64(0xFF)) - np.uint64(ord("0"))
    return (digit < np.uint64(10)) & (tokens < np.uint64(1 << 48))
