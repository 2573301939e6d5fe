"""The stages of the plan as pure functions of tables. The other rooms of the core hold the rules that they apply."""
