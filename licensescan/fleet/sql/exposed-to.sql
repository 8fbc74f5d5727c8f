-- Which targets a rule is about as they are now, since when, by which words.
SELECT
    now.environment, now.target, judged.verdict,
    judged.purl AS component, judged.part, judged.license,
    min(s.date) AS since,
    judged.message,
    judged.path || CASE WHEN judged.first > 0 THEN ':' || judged.first ELSE '' END AS place,
    judged.quote AS words
FROM judged
JOIN now USING (unit)
JOIN sightings s ON s.target = now.target AND s.unit = now.unit
WHERE judged.rule = $rule
GROUP BY ALL
ORDER BY ALL
