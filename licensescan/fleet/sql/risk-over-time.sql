-- How many targets had which worst verdict, on each date of a scan.
WITH dates AS (SELECT DISTINCT date FROM sightings),
standing AS (
    SELECT dates.date, s.target, arg_max(s.unit, (s.date, s.run)) AS unit
    FROM dates JOIN sightings s ON s.date <= dates.date
    GROUP BY dates.date, s.target
),
worst AS (
    SELECT unit, max(CASE verdict
        WHEN 'deny' THEN 3 WHEN 'review' THEN 2 WHEN 'warn' THEN 1 ELSE 0
    END) AS weight
    FROM judged GROUP BY unit
)
SELECT
    date,
    count(*) FILTER (weight = 3) AS deny,
    count(*) FILTER (weight = 2) AS review,
    count(*) FILTER (weight = 1) AS warn,
    count(*) FILTER (weight = 0) AS ok,
    count(*) FILTER (weight IS NULL) AS unread
FROM standing LEFT JOIN worst USING (unit)
GROUP BY date ORDER BY date
