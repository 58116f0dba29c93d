"""The one SQLite file: schema, migrations, and the queries of each noun."""
