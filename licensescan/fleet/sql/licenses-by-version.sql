-- The licenses of each version of the packages that have had several.
-- Where two sources disagree about one, both readings count.
WITH read AS (
    SELECT unit, package, version,
        concluded || CASE WHEN alternative != '' THEN ' / ' || alternative ELSE '' END
            AS license
    FROM components WHERE part_of = -1
)
SELECT
    package, version, license,
    min(s.date) AS since,
    count(DISTINCT s.target) AS targets
FROM read
JOIN sightings s USING (unit)
WHERE package IN (
    SELECT package FROM read GROUP BY package HAVING min(license) != max(license)
)
GROUP BY package, version, license
ORDER BY ALL
