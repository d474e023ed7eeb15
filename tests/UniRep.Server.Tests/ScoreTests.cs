namespace UniRep.Server.Tests;

/// <summary>POST /v1/scores.</summary>
public sealed class ScoreTests
{
    [Fact]
    public async Task Scores_have_the_librarys_bits()
    {
        await using var server = await TestServer.StartAsync();
        var body = $$"""{"input":{{Requests.Array(Requests.First, Requests.Second)}}}""";
        var data = (await server.PostAsync("/v1/scores", body))
            .Require(200)
            .Json.GetProperty("data");
        Assert.All(
            new[] { Requests.First, Requests.Second }.Index(),
            pair =>
            {
                var sequence = Requests.Parse(pair.Item);
                var score = data[pair.Index];
                Assert.Equal(
                    ModelModule.logLikelihood(true, TestServer.Model, sequence),
                    score.GetProperty("log_likelihood").GetDouble()
                );
                Assert.Equal(
                    ModelModule.logLikelihood(false, TestServer.Model, sequence),
                    score.GetProperty("log_likelihood_without_stop").GetDouble()
                );
                Assert.Equal(sequence.Length, score.GetProperty("length").GetInt32());
                Assert.False(score.TryGetProperty("residues", out _));
            }
        );
    }

    [Fact]
    public async Task Scores_of_residues_are_given_when_asked_for()
    {
        await using var server = await TestServer.StartAsync();
        var body = $$"""{"input":"{{Requests.First}}","model":"open-256","per_residue":true}""";
        var score = (await server.PostAsync("/v1/scores", body))
            .Require(200)
            .Json.GetProperty("data")[0];
        var terms = ModelModule.logLikelihoods(TestServer.Model, Requests.Parse(Requests.First));
        Assert.Equal(
            terms,
            score
                .GetProperty("residues")
                .EnumerateArray()
                .Append(score.GetProperty("stop"))
                .Select(term => term.GetDouble())
        );
    }

    [Fact]
    public async Task Errors_are_problems_that_name_the_place()
    {
        await using var server = await TestServer.StartAsync();
        var problem = (
            await server.PostAsync("/v1/scores", """{"input":["M","M-"]}""")
        ).RequireProblem(422, "invalid_sequence");
        Assert.Equal(1, problem.GetProperty("index").GetInt32());
        Assert.Equal(2, problem.GetProperty("position").GetInt32());
        Assert.Equal("input", problem.GetProperty("field").GetString());
        (await server.PostAsync("/v1/scores", """{"input":"M","model":"other"}""")).RequireProblem(
            404,
            "model_not_found"
        );
    }
}
