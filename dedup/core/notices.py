"""stub"""
import numpy as np
def notices(r,s,seed): return np.zeros(len(r.bounds),bool)
