-- Which licenses occur, in how many targets.
SELECT
    concluded AS license,
    count(DISTINCT now.target) AS targets,
    count(*) AS components
FROM components JOIN now USING (unit)
GROUP BY concluded
ORDER BY targets DESC, components DESC, license
LIMIT 60
