-- What was seen for the first time on a day or after it.
WITH first AS (
    SELECT unit, min(date) AS day FROM sightings GROUP BY unit
),
fresh AS (
    SELECT package, version, concluded, min(day) AS since
    FROM components JOIN first USING (unit)
    GROUP BY package, version, concluded
    HAVING min(day) >= $day
)
SELECT
    package, version, concluded AS license, since,
    count(DISTINCT s.target) AS targets,
    min(s.target) AS "for example"
FROM fresh
JOIN components USING (package, version, concluded)
JOIN sightings s USING (unit)
GROUP BY package, version, concluded, since
ORDER BY since, package, version, license
