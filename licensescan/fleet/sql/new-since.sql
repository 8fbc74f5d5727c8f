-- What was seen for the first time on a day or after it.
SELECT
    package, version, concluded AS license,
    min(s.date) AS since,
    count(DISTINCT s.target) AS targets,
    min(s.target) AS "for example"
FROM components
JOIN sightings s USING (unit)
GROUP BY package, version, concluded
HAVING min(s.date) >= $day
ORDER BY since, package, version, license
