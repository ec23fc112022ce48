"""A report and all that it is made of in one zip, from which it can be made again.

::

    manifest.json           what it is, and the hash and size of every file
    site/…                  the site
    data/material.json      the tables, nested ones in JSON; DataFrames and long arrays beside it
    data/settings.json      what report.yaml says, without where the logs were
    data/themes/…           the project's own theme, data/roles/… its own roles

It holds what the audience may see and nothing else: the tables in it are cut already.
"""
