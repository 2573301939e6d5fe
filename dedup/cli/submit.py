"""The script that ``spark-submit`` runs: the command ``dedup``. Without ``.py`` in its name it would be a JAR."""

from dedup.cli import main

if __name__ == "__main__":
    main(prog_name="dedup")
