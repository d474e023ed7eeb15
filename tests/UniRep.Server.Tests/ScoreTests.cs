using Microsoft.Extensions.DependencyInjection;
using UniRep.Design;
using UniRep.ModelFiles;
using UniRep.Server.Computation;

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

    [Theory]
    [InlineData("both directions", "both")]
    [InlineData("backward", "backward")]
    public async Task A_model_scores_in_the_direction_in_which_it_was_trained(
        string words,
        string name
    )
    {
        var weights = WeightStore.resolve("open-256").ResultValue.Weights;
        var card = new WeightCard(
            "two-way",
            "1",
            "CC0-1.0",
            $"trained from open-256 on 24 sequences, 1 epochs, read {(name == "both" ? "in " : "")}{words}; a test"
        );
        using var model = ModelModule
            .ofWeights(Cpu.automatic, WeightsModule.withCard(card, weights))
            .ResultValue;
        Assert.Equal(name, ReadingDirectionModule.name(model.Direction));
        await using var server = await TestServer.StartAsync(model, "--max-generations", "1");
        var body =
            $$"""{"input":{{Requests.Array(Requests.First, Requests.Second)}},"per_residue":true}""";
        var data = (await server.PostAsync("/v1/scores", body))
            .Require(200)
            .Json.GetProperty("data");
        var expected = LikelihoodModule
            .many(
                model.Direction,
                RunOptionsModule.none,
                model,
                [Requests.Parse(Requests.First), Requests.Parse(Requests.Second)]
            )
            .ToArray();
        Assert.Equal(
            expected.Select(each => (each.LogLikelihood, each.WithoutStop)),
            data.EnumerateArray()
                .Select(score =>
                    (
                        score.GetProperty("log_likelihood").GetDouble(),
                        score.GetProperty("log_likelihood_without_stop").GetDouble()
                    )
                )
        );
        Assert.Equal(
            expected[0].Terms,
            data[0]
                .GetProperty("residues")
                .EnumerateArray()
                .Append(data[0].GetProperty("stop"))
                .Select(term => term.GetDouble())
        );
        Assert.NotEqual(
            ModelModule.logLikelihood(true, model, Requests.Parse(Requests.First)),
            expected[0].LogLikelihood
        );
        using var slot = server.App.Services.GetRequiredService<GenerationSlots>().Take();
        (await server.PostAsync("/v1/scores", body)).RequireProblem(429, "too_many_generations");
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
