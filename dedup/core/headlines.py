"""stub"""
from typing import NamedTuple
import numpy as np
from dedup.core.ragged import Ragged, bounds_of
from dedup.core import blocks
from dedup.core.shingles import tokenize
from dedup.core.text import encode, fold
from dedup.core.workspace import Workspace
class Headlines(NamedTuple):
    hashes: object
    says: Ragged
def headlines(titles, seed):
    t = tokenize(fold(*encode(titles), Workspace()), seed, Workspace())
    h = blocks.hashes(t)
    rows=[np.unique(t.values[a:b][t.values[a:b] >= (1<<24)]) for a,b in t.bounds.tolist()]
    return Headlines(h, Ragged(np.concatenate([np.zeros(0,np.uint64),*rows]), bounds_of(np.array([r.size for r in rows],np.int64))))
