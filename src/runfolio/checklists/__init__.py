"""Checklists as data: a YAML file each. They help to ask; none of them is legal advice."""
