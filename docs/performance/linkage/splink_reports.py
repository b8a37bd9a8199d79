"""Links the reports of `many-reports.toml` with Splink, and states precision and recall against the truth in the file.

    see README.md for how reports.csv is made
    pip install -r requirements.txt
    python splink_reports.py reports.csv

Splink estimates its weights itself (expectation maximisation) and sees no column of the truth. Blocking is by pairs of the four data; the truth is
used only to count. People look at nothing here: one threshold decides.
"""

import math
import sys

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

Z = 1.959963984540054


def wilson(hits, cases):
    share, n = hits / max(cases, 1), max(cases, 1)
    middle, scale = share + Z * Z / (2 * n), 1 + Z * Z / n
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return f"{100 * share:.3f} % ({100 * (middle - half) / scale:.3f} to {100 * (middle + half) / scale:.3f})"


def name(column):
    """Characters, or else the reading, as the registry of the testbed compares them."""
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            cll.NullLevel(column),
            cll.ExactMatchLevel(column),
            cll.ExactMatchLevel(f"{column}_kana"),
            cll.ElseLevel(),
        ],
    )


def main(path):
    api = DuckDBAPI()
    quoted = path.replace("'", "''")
    reports = api.register(api.duckdb_con.sql(f"select * from read_csv('{quoted}', all_varchar = true)"))
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            name("family"),
            name("given"),
            cl.LevenshteinAtThresholds("birth", [1, 2]),
            cl.ExactMatch("sex"),
            cl.CustomComparison(
                output_column_name="address",
                comparison_levels=[
                    cll.NullLevel("address"),
                    cll.And(cll.ExactMatchLevel("address"), cll.ExactMatchLevel("municipality")),
                    cll.ExactMatchLevel("municipality"),
                    cll.ElseLevel(),
                ],
            ),
            cl.ExactMatch("site"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("family", "given", "municipality"),
            block_on("family", "given", "substr(birth, 1, 7)"),
            block_on("family", "birth"),
            block_on("given", "birth"),
            block_on("birth", "municipality"),
            block_on("given", "address"),
            block_on("family", "address"),
        ],
        additional_columns_to_retain=["person"],
    )
    linker = Linker(reports, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("family", "given", "birth"), block_on("given", "birth", "address")], recall=0.9
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("family", "given"))
    predicted = linker.inference.predict()
    con = api.duckdb_con
    same = con.sql(
        f"select sum(n * (n - 1) / 2) from (select count(*) n from read_csv('{quoted}') group by person)"
    ).fetchall()[0][0]
    pairs = con.sql(f"select count(*) from {predicted.physical_name}").fetchall()[0][0]
    print(f"{pairs} candidate pairs; {int(same)} pairs of one person")
    for threshold in (0.5, 0.9, 0.99, 0.999):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=threshold)
        table = clusters.physical_name
        count = lambda by: con.sql(
            f"select coalesce(sum(n * (n - 1) / 2), 0) from (select count(*) n from {table} group by {by})"
        ).fetchall()[0][0]
        joined, right = count("cluster_id"), count("cluster_id, person")
        print(f"from {threshold}: precision {wilson(right, joined)}, recall {wilson(right, same)}")


if __name__ == "__main__":
    main(sys.argv[1])
