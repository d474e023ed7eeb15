using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using UniRep.Server.Responses.Bodies;

namespace UniRep.Server.Tests;

/// <summary>The description of the API, and whether answers are what it says.</summary>
public sealed class DocumentationTests : IDisposable
{
    /// <summary>Reads answers without mercy: no member more or less than the type has.</summary>
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new EmbeddingValuesReader() },
    };

    private const string One = $"\"{Requests.First}\"";
    private const string Tensor =
        $$"""{"id":"x","inputs":[{"name":"sequence","datatype":"BYTES","shape":[1],"data":[{{One}}]}]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string?, Type> Answers =>
        new()
        {
            { "/v1/health/live", null, typeof(NimHealth) },
            { "/v1/health/ready", null, typeof(NimHealth) },
            { "/v1/models", null, typeof(ModelsResponse) },
            { "/v1/models/open-256", null, typeof(ModelBody) },
            { "/v1/embeddings", Requests.Embeddings(One), typeof(EmbeddingsResponse) },
            { "/v1/scores", $$"""{"input":{{One}}}""", typeof(ScoresResponse) },
            { "/v1/scores", $$"""{"input":{{One}},"per_residue":true}""", typeof(ScoresResponse) },
            { "/v1/represent", $$"""{"input":{{One}}}""", typeof(RepresentResponse) },
            {
                "/v1/represent",
                $$"""{"input":{{One}},"per_residue":true}""",
                typeof(RepresentResponse)
            },
            { "/embed", $$"""{"inputs":{{One}}}""", typeof(float[][]) },
            { "/embed_all", $$"""{"inputs":{{One}}}""", typeof(float[][][]) },
            { "/tokenize", $$"""{"inputs":{{One}}}""", typeof(TeiToken[][]) },
            { "/info", null, typeof(InfoResponse) },
            { "/v2", null, typeof(InferenceServer) },
            { "/v2/health/live", null, typeof(InferenceLive) },
            { "/v2/health/ready", null, typeof(InferenceReady) },
            { "/v2/models/open-256", null, typeof(InferenceModel) },
            { "/v2/models/open-256/ready", null, typeof(InferenceModelReady) },
            { "/v2/models/open-256/infer", Tensor, typeof(InferenceAnswerBody) },
        };

    public static TheoryData<string, string, int, Type> Refusals =>
        new()
        {
            { "/v1/scores", """{"input":["M","M-"]}""", 422, typeof(ProblemBody) },
            {
                "/v1/embeddings",
                Requests.Embeddings("[\"M\",\"M-\"]"),
                422,
                typeof(OpenAiErrorBody)
            },
            { "/v1/embeddings", "{", 400, typeof(OpenAiErrorBody) },
            { "/embed", """{"inputs":["M","M-"]}""", 422, typeof(TeiErrorBody) },
            { "/v2/models/other/infer", Tensor, 404, typeof(InferenceErrorBody) },
        };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Answers_are_what_the_description_says(string route, string? body, Type type)
    {
        await using var server = await TestServer.StartAsync();
        var answer = (
            body is null ? await server.GetAsync(route) : await server.PostAsync(route, body)
        ).Require(200);
        Assert.NotNull(JsonSerializer.Deserialize(answer.Body, type, Strict));
        var documented = SchemaOf(await DocumentAsync(server), route, body, 200);
        Assert.Equal(NameOf(type), documented);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refusals_are_what_the_description_says(
        string route,
        string body,
        int status,
        Type type
    )
    {
        await using var server = await TestServer.StartAsync();
        var answer = (await server.PostAsync(route, body)).Require(status);
        Assert.NotNull(JsonSerializer.Deserialize(answer.Body, type, Strict));
        var documented = SchemaOf(await DocumentAsync(server), route, body, status);
        Assert.Equal(type.Name, documented);
    }

    [Fact]
    public async Task The_description_is_valid_and_every_operation_has_a_name_of_its_own()
    {
        await using var server = await TestServer.StartAsync();
        var json = (await server.GetAsync("/openapi/v1.json")).Require(200).Text;
        var read = OpenApiDocument.Parse(json, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        var names = read.Document!.Paths.Values.SelectMany(path => path.Operations!.Values)
            .Select(operation => operation.OperationId)
            .ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.Contains("postV1Embeddings", names);
        Assert.Contains("getV2ModelsModelReady", names);
    }

    [Fact]
    public async Task Refusals_for_a_while_say_when_to_try_again()
    {
        await using var server = await TestServer.StartAsync();
        var responses = (await DocumentAsync(server))["paths"]!["/v1/scores"]!["post"]![
            "responses"
        ]!;
        Assert.NotNull(responses["429"]!["headers"]!["Retry-After"]);
        Assert.NotNull(responses["503"]!["headers"]!["Retry-After"]);
        Assert.Null(responses["422"]!["headers"]);
    }

    [Fact]
    public async Task Keys_are_described_where_they_are_required_and_probes_need_none()
    {
        await using var open = await TestServer.StartAsync();
        Assert.Null((await DocumentAsync(open))["components"]!["securitySchemes"]);

        var keys = _folder.Write("keys", "a-key\n");
        await using var closed = await TestServer.StartAsync("--api-key-file", keys);
        var document = await DocumentAsync(closed);
        Assert.Equal(
            "bearer",
            document["components"]!["securitySchemes"]!["bearer"]!["scheme"]!.GetValue<string>()
        );
        Assert.Equal(
            "X-API-Key",
            document["components"]!["securitySchemes"]!["header"]!["name"]!.GetValue<string>()
        );
        Assert.Equal(2, document["paths"]!["/v1/scores"]!["post"]!["security"]!.AsArray().Count);
        Assert.Null(document["paths"]!["/healthz"]!["get"]!["security"]);
        Assert.Null(document["paths"]!["/healthz"]!["get"]!["responses"]!["401"]);
    }

    private static async Task<JsonNode> DocumentAsync(TestServer server) =>
        JsonNode.Parse((await server.GetAsync("/openapi/v1.json")).Require(200).Body)!;

    /// <summary>The name of the schema of a response's JSON, with [] for each array around it.</summary>
    private static string SchemaOf(JsonNode document, string route, string? body, int status)
    {
        var path = route.Replace("open-256", "{model}").Replace("other", "{model}");
        var content = document["paths"]![path]![body is null ? "get" : "post"]!["responses"]![
            $"{status}"
        ]!["content"]!;
        return NameOf(
            (content["application/json"] ?? content["application/problem+json"])!["schema"]!
        );
    }

    private static string NameOf(JsonNode schema) =>
        schema["$ref"] is { } reference ? reference.GetValue<string>().Split('/')[^1]
        : schema["items"] is { } items ? $"{NameOf(items)}[]"
        : schema["type"]!.ToJsonString();

    private static string NameOf(Type type) =>
        type.IsArray ? $"{NameOf(type.GetElementType()!)}[]"
        : type == typeof(float) ? "\"number\""
        : type.Name;

    /// <summary>Reads the values of an embedding, of any of its forms.</summary>
    private sealed class EmbeddingValuesReader : JsonConverter<EmbeddingValues>
    {
        public override EmbeddingValues Read(
            ref Utf8JsonReader reader,
            Type type,
            JsonSerializerOptions options
        )
        {
            reader.Skip();
            return new EmbeddingValues();
        }

        public override void Write(
            Utf8JsonWriter writer,
            EmbeddingValues value,
            JsonSerializerOptions options
        ) => throw new NotSupportedException();
    }
}
