-- Where a package is used, or anything that one reading puts under a license;
-- since when, and whether it is there still.
WITH used AS (
    SELECT * FROM components
    WHERE package = $package OR purl = $name
        OR len(list_filter(licenses, lambda l:
            lower(l) GLOB $pattern
            OR starts_with(lower(l), $pattern || ' with ')
            OR (starts_with(lower(l), 'licenseref-') AND contains(lower(l), $word))
        )) > 0
),
places AS (
    SELECT unit, number, string_agg(place, ', ' ORDER BY place) AS places
    FROM (
        SELECT DISTINCT unit, number,
            path || CASE WHEN first > 0 THEN ':' || first ELSE '' END AS place
        FROM evidence SEMI JOIN used USING (unit, number)
        WHERE path != ''
    )
    GROUP BY unit, number
),
words AS (
    SELECT unit, number, arg_min(quote, (path, first)) AS words
    FROM clauses SEMI JOIN used USING (unit, number)
    WHERE quote != ''
    GROUP BY unit, number
)
SELECT
    s.environment, s.target, used.name AS component, used.version,
    used.concluded AS license, used.relation, used.path AS "in",
    min(s.date) AS since, max(s.date) AS "last seen",
    CASE WHEN bool_or(now.unit = s.unit) THEN 'yes' ELSE 'no' END AS "still there",
    coalesce(any_value(places.places), '') AS "says so",
    coalesce(any_value(words.words), '') AS words
FROM used
JOIN sightings s USING (unit)
JOIN now ON now.target = s.target
LEFT JOIN places USING (unit, number)
LEFT JOIN words USING (unit, number)
GROUP BY ALL
ORDER BY ALL
