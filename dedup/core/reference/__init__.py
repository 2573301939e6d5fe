"""The slow, obvious version of the core: plain sets, dictionaries and loops. The oracle of the tests, imported by
nothing else in the package.

Each module stands for the one of the same name in the core, and each function for the one of the same name there.
"""
