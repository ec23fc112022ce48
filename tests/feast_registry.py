"""A registry file of a feature store, as Feast itself wrote it."""

from __future__ import annotations

import base64
import zlib

# What `FeatureStore.apply` of Feast 0.67 wrote for an entity, two views and a service, deflated.
REGISTRY = zlib.decompress(
    base64.b64decode(
        "eNrlVc9rE0EYZbJNbKephog/CD2EtRcLG7OT2c1uT9KDB48KHnpZZndnysJuEnc3ET0VEakBocSDh5ZaVDxUEL0Y"
        "8dQ/QGs9KDlJFBUET97EQzvNjya2FUUqCp72e7t8w/fem/ctVOFhGLN9p0J9caj9NBz7NCglR2F88Mvzp41Yovnx"
        "8i0h2UWNd6/qAtTgUbjPMOyy510UYafY2bla7et8+Pl9XUgBWRxDOEtkC6sSxXkkYY0pkolzmoRsWSGMYi2fR+Pd"
        "tpnZhVUBfQWwAWC8M2IQkjBIglKqO/sRGPNJ6BSmEzFx2KOkkG5DcQhGQ98pBYkBNDA4cyc6YQyC1AFaoYXQCB2P"
        "8pO80tSh5EGbhORE+7RMifjnyzS8DXZ7WxNGU93ZVpav1QSxi9bqVx8LJ8EZWGTpdk8wFXc8Ms0HSYeUeOYI7Imc"
        "GKiBmEtCPkKfZLOPGos9yZbe3q0LaB3ANwCOuMSkbmAUmUFcd5N8zwAYa39MxDssb4Bfp1kFMqMkCDNOgfkkU2TM"
        "dQqUa1z0aZBhjsvrYtm3aOYUr8+2yt+UxtwP+y5LIrKbAs2Fe/WeAi008QzA+wAKQcXa5L20/SL8yP1kz/3JP+j7"
        "3MqneWFqmIsYln16zqEX+uisfaj1ZaCFzJt/xZ1lAEo/IXHpOOQBHrMUppnIMiVN0ZiEEdMlnWIsYUvFWUR01c7m"
        "quAYFOB3cZ+rfpvvUW2hGmhG4RVhR3DFeEcto8LlGn8Qgdcje5Huf+3et1Td05XQQmjr/Ob6ojA5pqtqPivndMki"
        "tsZtMlVJV/lWzecsJhOq60RV4evIzh2yzYf/ftNsCfvkxcs6FxYTpGkMKRKT81kJm4rMk0AVKcf/WTbmoUBM2wDh"
        "Y46x"
    )
)
