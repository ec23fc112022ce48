"""Texts that are planted in a project, each in a field of its own, and what hides them.

Each is made of words that stand nowhere else, so that whoever finds one knows from which field it
came.
"""

from __future__ import annotations

__all__ = ["AUDIENCE", "HIDDEN", "NUMBERS", "SHOWN"]

AUDIENCE = "board"

HIDDEN = {
    # What is hidden by name, and what goes with it.
    "param": "zqparam_rate",
    "value of a param": "zqparamvalue",
    "param beside others": "zqgroup.zqparambeside",
    "long value of a param": "s3://zqbucket/folder one/with & sign/zqlongvalue.parquet",
    "tag": "zqtag_customer",
    "value of a tag": "zqtagvalue",
    "metric": "inner/zqmetricname",
    "label of a metric": "zqmetriclabel",
    "explanation of a metric": "zqmetricexplained",
    "run": "zqrunname Weiß & Co",
    "id of a run": "99887766554433221100ffeeddccbbaa",
    "notes of a run": "zqrunnotes",
    "value of a hidden run": "zqrunvalue",
    "tag of a hidden run": "zqruntag",
    "metric of a hidden run": "zqrunmetric",
    "command of a run": "zqcommand.py",
    "commit of a run": "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
    "environment of a run": "7.7.7zqlibrary",
    "feature of a run": "zqfeature",
    "importance of a run": "zqimportance",
    "experiment": "zqexperimentname",
    "notes of an experiment": "zqexperimentnotes",
    "run of an experiment": "zqexperimentrun",
    "write-up of an experiment": "zqwriteuptext",
    "owner of a write-up": "zqwriteupowner",
    "artifact": "zqartifact.bin",
    "image": "zqimagename",
    "text in an image": "zqimagetext",
    "packed text in an image": "zqimagepacked",
    "plot": "zqplot_confusion",
    "class of a plot": "zqplotclass",
    "segment of a plot": "zqsegment",
    "data set": "zqdataname",
    "digest of a data set": "zqdigest77",
    "column of a data set": "zqdatacolumn",
    "source of a data set": "zqdatasource.csv",
    "configured data set": "zqsetname",
    "description of a data set": "zqsetdescription",
    "owner of a data set": "zqsetowner",
    "column of a configured data set": "zqsetcolumn",
    "value of a configured data set": "zqsetvalue",
    "rule of a data set": "zqrulename",
    "reason of a rule": "zqrulereason",
    "check of a data set": "zqsuite",
    "requirement": "zqrequirementname",
    "reason of a requirement": "zqrequirementreason",
    "owner of a requirement": "zqrequirementowner",
    "outcome": "zqoutcomename",
    "explanation of an outcome": "zqoutcomeexplained",
    # What is redacted wherever it stands.
    "author of commits": "Zqauthor Zqfamily",
    "e-mail address": "zqmail@zqmailhost.example.org",
    "full path": "/srv/zqsecretpath/deeper/",
    "host": "zqhost.internal.example.org",
    "remote": "https://zqremote.example.org/zqowner/zqrepository.git",
}
"""Marks by what they are of."""

NUMBERS = {"value of a metric": 0.73519214837, "number of a param": 0.00764521389}
"""Numbers that only hidden things have."""

SHOWN = ("zyshownparam", "zyshownrun", "zyshownmetric", "zyshowntag", "zyshownnote", "zyshowndata")
"""Words that everybody may read."""
