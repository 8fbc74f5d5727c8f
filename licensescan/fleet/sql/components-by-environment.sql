-- The components of each environment, by the worst verdict on each.
WITH worst AS (
    SELECT unit, purl, max(CASE verdict
        WHEN 'deny' THEN 3 WHEN 'review' THEN 2 WHEN 'warn' THEN 1 ELSE 0
    END) AS weight
    FROM judged GROUP BY unit, purl
)
SELECT
    now.environment,
    count(*) FILTER (weight = 3) AS deny,
    count(*) FILTER (weight = 2) AS review,
    count(*) FILTER (weight = 1) AS warn,
    count(*) FILTER (coalesce(weight, 0) = 0) AS ok
FROM components c
JOIN now USING (unit)
LEFT JOIN worst ON worst.unit = c.unit AND worst.purl = c.purl
WHERE c.part_of = -1
GROUP BY now.environment
ORDER BY deny DESC, review DESC, warn DESC, ok DESC, environment
LIMIT 40
