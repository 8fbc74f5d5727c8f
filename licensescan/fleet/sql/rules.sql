-- Which rules find something, in how many targets.
SELECT
    judged.rule, judged.verdict,
    count(DISTINCT now.target) AS targets,
    count(DISTINCT judged.purl) AS components
FROM judged JOIN now USING (unit)
WHERE judged.rule != ''
GROUP BY judged.rule, judged.verdict
ORDER BY CASE verdict WHEN 'deny' THEN 0 WHEN 'review' THEN 1 ELSE 2 END,
    targets DESC, rule
